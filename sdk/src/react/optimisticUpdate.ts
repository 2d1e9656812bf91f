import type { QueryKey } from "@tanstack/react-query";

/** What calls will change on the screen, before the chain has said so. */
export interface OptimisticUpdate<data = unknown> {
  /** The query whose answer is changed; nothing happens while it has none. */
  queryKey: QueryKey;
  /**
   * The answer as it will be. It may be applied again, to another answer: it changes nothing in place. Nothing is sent where
   * it throws; where it throws for another answer, that one is shown as it is.
   */
  update(data: data): data;
}
