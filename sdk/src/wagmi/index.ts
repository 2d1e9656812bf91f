export { sessionConnector, type SessionConnector, type SessionConnectorParameters } from "./sessionConnector.ts";
