export { sessionActions, type SessionActions, type SessionActionsParameters } from "./sessionActions.ts";
