import type { Query, QueryClient } from "@tanstack/react-query";
import type { OptimisticUpdate } from "./optimisticUpdate.ts";

/** What the chain said, and what is predicted on top of it. */
interface Layer {
  base: unknown;
  updates: Update[];
  /** The prediction; an answer that has come since is another. */
  shown: unknown;
}

type Update = (data: unknown) => unknown;

const layers = new WeakMap<object, Layer>();

/** Whether calls are under way that a query's answer foretells. */
export function isPredicted(query: object): boolean {
  return layers.has(query);
}

/** Predictions that are shown until their calls have ended. */
export interface Predictions {
  /** The calls are mined: what was predicted holds where the chain has not answered anew. */
  keep(): void;
  /** The chain said no: everything is shown as it would be without. */
  takeBack(): void;
  /** The chain has answered anew: what other calls foretell is shown on top of that. */
  showAgain(): void;
}

/** Shows what calls will change. Answers that are under way are of before, and are not waited for. */
export async function predict(queryClient: QueryClient, wanted: readonly OptimisticUpdate[]): Promise<Predictions> {
  const cache = queryClient.getQueryCache();
  const known = wanted.flatMap(({ queryKey, update }) => {
    const query = cache.find({ queryKey, exact: true });
    if (query?.state.data === undefined) return [];
    // What throws is found out before anything is shown or sent, and undoes nothing that was.
    update(query.state.data);
    return [{ query, update: (data: unknown) => updatedOr(data, update) }];
  });
  await Promise.all(known.map(({ query }) => query.cancel({ revert: true, silent: true })));
  for (const { query, update } of known) change(query, (layer) => void layer.updates.push(update));
  const remove = (isMined: boolean) => {
    for (const { query, update } of known) {
      change(query, (layer, isAnswered) => {
        layer.updates = layer.updates.filter((each) => each !== update);
        if (isMined && !isAnswered) layer.base = update(layer.base);
      });
    }
  };
  return {
    keep: () => remove(true),
    takeBack: () => remove(false),
    showAgain: () => {
      for (const { query } of known) if (layers.has(query)) change(query, () => {});
    },
  };
}

function updatedOr(data: unknown, update: Update): unknown {
  try {
    return update(data);
  } catch {
    return data;
  }
}

/** Changes what is predicted, and shows it. */
function change(query: Query, how: (layer: Layer, isAnswered: boolean) => void): void {
  const { data, dataUpdatedAt } = query.state;
  const layer = layers.get(query) ?? { base: data, updates: [], shown: data };
  const isAnswered = data !== layer.shown;
  if (isAnswered) layer.base = data;
  how(layer, isAnswered);
  // Whoever hears of the change asks whether there is a prediction.
  if (layer.updates.length === 0) layers.delete(query);
  else layers.set(query, layer);
  const predicted = layer.updates.reduce((before, update) => update(before), layer.base);
  // A prediction makes no answer younger.
  layer.shown = predicted === data ? data : query.setData(predicted, { updatedAt: dataUpdatedAt, manual: true });
}
