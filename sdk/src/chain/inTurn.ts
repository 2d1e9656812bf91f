/** The last task of each name. */
const last = new Map<string, Promise<unknown>>();

/** Runs tasks of one name one after the other, in the order in which they were given, whatever becomes of each. */
export async function inTurn<result>(name: string, task: () => Promise<result>): Promise<result> {
  const before = last.get(name);
  const run = (before ?? Promise.resolve()).then(task, task);
  last.set(name, run);
  try {
    return await run;
  } finally {
    if (last.get(name) === run) last.delete(name);
  }
}
