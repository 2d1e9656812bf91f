/** Requests that wait for a node at a time, where there may be any number of them. */
export const AT_ONCE = 4;

/** The result of a task for each item, in their order; no more than four at a time. */
export async function fewAtOnce<item, result>(
  items: readonly item[],
  task: (item: item) => Promise<result>,
): Promise<result[]> {
  const results: result[] = [];
  for (let i = 0; i < items.length; i += AT_ONCE) {
    results.push(...(await Promise.all(items.slice(i, i + AT_ONCE).map(task))));
  }
  return results;
}
