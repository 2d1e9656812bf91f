import { DatabaseSync, type StatementSync } from "node:sqlite";
import pg from "pg";

export type Value = string | number | null;
export type Row = Record<string, Value>;

/** Runs one statement; parameters are `$1`, `$2` and so on. */
export interface Statements {
  all(sql: string, values?: readonly Value[]): Promise<Row[]>;
}

/** Where the journal is kept. Both kinds run the same SQL. */
export interface Database extends Statements {
  kind: "sqlite" | "postgres";
  /** All or nothing. In a file one runs after the other; in Postgres those that touch the same row do. */
  transaction<result>(run: (within: Statements) => Promise<result>): Promise<result>;
  /** Whether this instance follows what all of them have sent. It ends with the connection, however that ends. */
  lead(): Promise<boolean>;
  close(): Promise<void>;
}

/**
 * A file of one process: a second one is refused. What is committed has reached the disk. Statements wait for a
 * transaction that is under way, as they share its connection.
 */
export function openSqlite(path: string): Database {
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    database.exec("pragma locking_mode = exclusive; pragma journal_mode = wal; pragma synchronous = full");
    database.exec("begin immediate; commit");
  } catch (thrown) {
    database.close();
    if (/locked|busy/i.test(String(thrown))) {
      throw new Error(`The journal ${path} is in use by another process: several instances need Postgres.`);
    }
    throw thrown;
  }
  const prepared = new Map<string, StatementSync>();
  const run = (sql: string, values: readonly Value[] = []): Row[] => {
    const statement = prepared.get(sql) ?? database.prepare(sql.replaceAll(/\$(\d+)/g, "?$1"));
    prepared.set(sql, statement);
    return statement.all(...values) as Row[];
  };
  const inside: Statements = { all: async (sql, values) => run(sql, values) };
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <result>(task: () => Promise<result>): Promise<result> => {
    const next = last.then(task, task);
    last = next.catch(() => undefined);
    return next;
  };
  return {
    kind: "sqlite",
    all: (sql, values) => inTurn(() => inside.all(sql, values)),
    transaction: (task) =>
      inTurn(async () => {
        database.exec("begin immediate");
        try {
          const result = await task(inside);
          database.exec("commit");
          return result;
        } catch (thrown) {
          database.exec("rollback");
          throw thrown;
        }
      }),
    lead: async () => true,
    close: async () => {
      await last;
      database.close();
    },
  };
}

/** `bigint` of Postgres: gwei, milliseconds and numbers of blocks, all below 2 ** 53. */
const BIGINT = 20;
/** The advisory locks of this service, by a number that nobody else is likely to use. */
const LOCKS = 0x1a7c;
const LEADER = 1;
const SCHEMA = 2;

/** A database that several instances share. */
export function openPostgres(connectionString: string): Database {
  const types = {
    getTypeParser: (id: number, format?: string) =>
      id === BIGINT ? Number : (pg.types.getTypeParser as (id: number, format?: string) => unknown)(id, format),
  } as pg.CustomTypesConfig;
  const options = { connectionString, types, connectionTimeoutMillis: 5_000, keepAlive: true };
  const pool = new pg.Pool({ ...options, max: 10 });
  // A connection that breaks while it is idle is replaced.
  pool.on("error", () => undefined);
  let leader: pg.Client | undefined;
  let isHeld = false;
  const statementsOf = (client: pg.Pool | pg.PoolClient): Statements => ({
    all: async (sql, values = []) => (await client.query(sql, [...values])).rows as Row[],
  });
  return {
    kind: "postgres",
    ...statementsOf(pool),
    transaction: async (task) => {
      const client = await pool.connect();
      let broken: unknown;
      try {
        await client.query("begin");
        const result = await task(statementsOf(client));
        await client.query("commit");
        return result;
      } catch (thrown) {
        await client.query("rollback").catch((failed: unknown) => (broken = failed));
        throw thrown;
      } finally {
        client.release(broken !== undefined);
      }
    },
    lead: async () => {
      if (leader === undefined) {
        const client = new pg.Client(options);
        const ended = () => {
          if (leader !== client) return;
          leader = undefined;
          isHeld = false;
        };
        client.on("error", ended).on("end", ended);
        await client.connect();
        leader = client;
      }
      if (isHeld) {
        // A connection that is gone has let go of it.
        await leader.query("select 1");
        return true;
      }
      const { rows } = await leader.query("select pg_try_advisory_lock($1, $2) as held", [LOCKS, LEADER]);
      isHeld = (rows[0] as { held: boolean }).held;
      return isHeld;
    },
    close: async () => {
      await leader?.end();
      await pool.end();
    },
  };
}

/** Creates what is not there. Two instances that start at once do it one after the other. */
export async function createTables(database: Database, statements: readonly string[]): Promise<void> {
  await database.transaction(async (within) => {
    if (database.kind === "postgres") await within.all("select pg_advisory_xact_lock($1, $2)", [LOCKS, SCHEMA]);
    for (const statement of statements) await within.all(statement);
  });
}
