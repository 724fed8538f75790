// postgres.js: pipelines by default, a named prepared statement for each query text, its own pool.

import { createRequire } from 'node:module'
import { pipeline } from 'node:stream/promises'
import { Readable } from 'node:stream'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import postgres from 'postgres'
import { Trial, raises, same, until } from './trial.mjs'

const home = dirname(dirname(dirname(createRequire(import.meta.url).resolve('postgres'))))
const version = JSON.parse(readFileSync(join(home, 'package.json'))).version
const trial = new Trial('postgres.js', version)

async function withClients(options, body) {
  const clients = options.map((o) => postgres(trial.url, { max: 1, onnotice: () => {}, ...o }))
  try {
    return await body(...clients)
  } finally {
    await Promise.all(clients.map((sql) => sql.end({ timeout: 5 })))
  }
}

// Other clients that begin and end transactions, so that a pool must deal its servers anew.
async function crowd(body) {
  await withClients([{}, {}, {}], async (...clients) => {
    const open = new Map()
    const begin = (sql) => new Promise((started, refused) => {
      const ended = sql.begin(async (tx) => {
        await tx`select ${1}::int`
        await new Promise((commit) => started(commit))
      })
      ended.catch(refused)
      open.set(sql, { ended })
    })
    const commit = async (sql) => {
      const transaction = open.get(sql)
      open.delete(sql)
      transaction.commit()
      await transaction.ended
    }
    await body(async () => {
      const sql = trial.choice(clients)
      if (open.has(sql)) return commit(sql)
      const end = await begin(sql)
      open.get(sql).commit = end
    })
    await Promise.all([...open.keys()].map(commit))
  })
}

async function before() {
  await withClients([{}], async (sql) => {
    await sql`create schema ${sql(trial.schema)}`
    await sql`create table ${sql(trial.schema)}.items (id int primary key, name text)`
  })
}

async function after() {
  await withClients([{}], (sql) => sql`drop schema ${sql(trial.schema)} cascade`)
}

trial.reads('parameters_and_types', () => withClients([{}], async (sql) => {
  // It reads the array types from pg_type before its first query and cannot send arrays until then.
  await sql`select 1`
  const when = new Date('2024-02-29T12:34:56.789Z')
  const [row] = await sql`select ${7}::int as i, ${"O'Reilly \\"}::text as t,
    ${when}::timestamptz as w, ${sql.array([1, 3])}::int[] as a, ${sql.json({ a: ['ü'] })}::jsonb as j,
    ${Buffer.from([0, 255])}::bytea as b, ${null}::bool as n`
  same({ ...row }, { i: 7, t: "O'Reilly \\", w: when, a: [1, 3], j: { a: ['ü'] },
    b: Buffer.from([0, 255]), n: null }, 'row')
}))

trial.reads('prepared_statements_reused', () => withClients([{}], (sql) => crowd(async (shift) => {
  for (let i = 0; i < 300; i++) {
    await shift()
    const [row] = await sql`select ${i}::int + 1 as v, pg_backend_pid() as pid`
    same(row.v, i + 1, 'prepared sum')
    trial.sawBackend(sql, row.pid)
  }
})))

trial.reads('prepared_statements_interleaved', () => crowd((shift) =>
  withClients([{}, {}, {}, {}], async (...clients) => {
    for (let i = 0; i < 60; i++) {
      await shift()
      const rows = await Promise.all(clients.map((sql, n) =>
        sql.unsafe(`select $1::int * ${n} as v`, [i], { prepare: true })))
      same(rows.map(([row]) => row.v), [0, i, 2 * i, 3 * i], 'four clients at once')
    }
  })))

trial.reads('pipelines', () => withClients([{ max_pipeline: 50 }], (sql) => crowd(async (shift) => {
  for (let i = 0; i < 10; i++) {
    await shift()
    const rows = await Promise.all(Array.from({ length: 200 }, (_, n) => sql`select ${n}::int as n`))
    same(rows.map(([row]) => row.n), Array.from({ length: 200 }, (_, n) => n), 'in order')
  }
})))

trial.reads('pipeline_with_errors', () => withClients([{}], (sql) => crowd(async (shift) => {
  for (let i = 0; i < 10; i++) {
    await shift()
    const results = await Promise.allSettled(Array.from({ length: 30 }, (_, n) =>
      sql`select 12 / ${n % 5}::int as v`))
    results.forEach((result, n) => {
      if (n % 5) same(result.value[0].v, Math.floor(12 / (n % 5)), 'value')
      else same(result.reason.code, '22012', 'division by zero')
    })
  }
})))

trial.writes('transactions_and_savepoints', () => withClients([{}, {}], async (a, b) => {
  const items = a(`${trial.schema}.items`)
  await a.begin(async (tx) => {
    await tx`insert into ${items} values (${1}, ${'a'})`
    same((await b`select 1 from ${items}`).length, 0, 'uncommitted row seen')
    await raises('23505', tx.savepoint((sp) => sp`insert into ${items} values (${1}, ${'b'})`),
      'duplicate key')
    await tx`insert into ${items} values (${2}, ${'c'})`
  })
  await raises('22012', a.begin(async (tx) => {
    await tx`delete from ${items}`
    await tx`select 1 / ${0}::int`
  }), 'rolled back')
  same((await b`select name from ${items} order by id`).map((r) => r.name), ['a', 'c'], 'rows')
}))

trial.writes('batch_insert', () => withClients([{}], async (sql) => {
  await sql`create table ${sql(trial.schema)}.batch (id int, doc jsonb)`
  const rows = Array.from({ length: 2000 }, (_, id) => ({ id, doc: { id } }))
  await sql`insert into ${sql(trial.schema)}.batch ${sql(rows, 'id', 'doc')}`
  const [row] = await sql`select count(*)::int as n from ${sql(trial.schema)}.batch`
  same(row.n, 2000, 'rows')
}))

trial.reads('errors_leave_the_connection_usable', () => withClients([{}], async (sql) => {
  for (let i = 0; i < 20; i++) {
    await raises('42601', sql`selec ${1}`, 'syntax error')
    await raises('22012', sql.unsafe('select 1; select 1/0; select 2'), 'error in a script')
    same((await sql`select ${i}::int as v`)[0].v, i, 'after the errors')
  }
}))

trial.writes('copy_in_and_out', () => withClients([{}], async (sql) => {
  const table = sql(`${trial.schema}.copied`)
  await sql`create table ${table} (id int, name text)`
  const lines = Array.from({ length: 20000 }, (_, i) => `${i}\trow ${i}\n`)
  await pipeline(Readable.from(lines), await sql`copy ${table} from stdin`.writable())
  // No more than its stream buffers: beyond that it may pause its socket for good, even against
  // PostgreSQL alone, because it resumes before it pauses.
  let bytes = 0
  const few = sql`copy (select * from ${table} where id < 500) to stdout`
  for await (const chunk of await few.readable()) bytes += chunk.length
  same(bytes, lines.slice(0, 500).join('').length, 'bytes copied out')
  same((await sql`select count(*)::int as n from ${table}`)[0].n, 20000, 'rows')
}))

trial.reads('cursor_and_large_result', () => withClients([{}], (sql) => crowd(async (shift) => {
  let sum = 0
  for await (const rows of sql`select i from generate_series(1, ${1000}::int) i`.cursor(50)) {
    sum += rows.reduce((s, row) => s + row.i, 0)
    await shift()
  }
  same(sum, 500500, 'sum of the rows')
  sum = 0
  await sql`select i from generate_series(1, ${50000}::int) i`.forEach((row) => { sum += row.i })
  same(sum, 50000 * 50001 / 2, 'sum of many rows')
  same((await sql`select repeat(${'y'}, 30000000) as y`)[0].y.length, 30000000, 'one value')
})))

trial.writes('listen_notify', () => withClients([{}], (sql) => crowd(async (shift) => {
  const got = []
  const { unlisten } = await sql.listen(trial.schema, (payload) => got.push(payload))
  for (let i = 0; i < 5; i++) {
    await shift()
    await sql.notify(trial.schema, String(i))
  }
  await until(() => got.length === 5, 'five notifications')
  same(got, ['0', '1', '2', '3', '4'], 'notifications')
  await unlisten()
})))

trial.reads('settings_are_each_clients_own', () => withClients(
  [{ connection: { application_name: 'a', statement_timeout: 91000 } },
    { connection: { application_name: 'b', statement_timeout: 92000 } }],
  (a, b) => crowd(async (shift) => {
    await a`set search_path = one`
    await b`set search_path = two`
    for (let i = 0; i < 40; i++) {
      await shift()
      for (const [sql, name, timeout, path] of [[b, 'b', '92s', 'two'], [a, 'a', '91s', 'one']]) {
        const [row] = await sql`select current_setting('application_name') as name,
          current_setting('statement_timeout') as timeout, current_setting('search_path') as path`
        same({ ...row }, { name, timeout, path }, 'settings')
      }
    }
  })))

trial.writes('temporary_tables', () => withClients([{}, {}], (a, b) => crowd(async (shift) => {
  await a`create temp table scratch as select 1 as v`
  await b`create temp table scratch as select 2 as v`
  for (let i = 0; i < 20; i++) {
    await shift()
    same((await a`select v from scratch`)[0].v, 1, "first client's table")
    same((await b`select v from scratch`)[0].v, 2, "second client's table")
  }
})))

trial.reads('cancel', () => withClients([{}], async (sql) => {
  for (let i = 0; i < 3; i++) {
    const query = sql`select pg_sleep(30)`
    setTimeout(() => query.cancel(), 500)
    await raises('57014', query, 'cancelled query')
    same((await sql`select ${i}::int as v`)[0].v, i, 'after the cancel')
  }
}))

trial.writes('changed_result_type', () => withClients([{}, {}], async (sql, ddl) => {
  const table = trial.table('changing')
  await ddl.unsafe(`create table ${table} as select 1 as a`)
  const select = () => sql.unsafe(`select * from ${table}`, [], { prepare: true })
  same([...(await select())], [{ a: 1 }], 'before')
  await ddl.unsafe(`alter table ${table} add b int default 2`)
  const again = await select().catch((e) => e)
  trial.note('cached-plan', again.code ?? 'healed')
  same([...(await sql.unsafe(`select * from ${table}`))], [{ a: 1, b: 2 }], 'unprepared, after')
}))

trial.reads('pool', () => withClients([{ max: 6 }], async (sql) => {
  const values = await Promise.all(Array.from({ length: 300 }, async (_, i) =>
    (await sql`select ${i}::int + 1 as v`)[0].v))
  same(values, Array.from({ length: 300 }, (_, i) => i + 1), 'values')
}))

trial.reads('reconnects', async () => {
  for (let i = 0; i < 40; i++) {
    await withClients([{}], async (sql) => same((await sql`select ${i}::int as v`)[0].v, i, 'value'))
  }
})

trial.reads('refused_logins', async () => {
  for (const [sqlstate, change] of [
    ['28P01', { password: 'wrong' }], ['3D000', { database: 'no_such_database' }]]) {
    const sql = postgres(trial.urlWith(change), { max: 1 })
    await raises(sqlstate, sql`select 1`, 'login')
    await sql.end({ timeout: 1 })
  }
})

trial.replicaOnly('is_a_standby', () => withClients([{}], async (sql) => {
  same((await sql`select pg_is_in_recovery() as r`)[0].r, true, 'in recovery')
  await raises('25006', sql`create table never (id int)`, 'write on a standby')
}))

await trial.run(before, after)
