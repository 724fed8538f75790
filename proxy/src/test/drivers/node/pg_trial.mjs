// node-postgres: extended protocol with the unnamed statement, named ones on request, its own pool.

import { createRequire } from 'node:module'
import { pipeline } from 'node:stream/promises'
import { Readable } from 'node:stream'
import pg from 'pg'
import Cursor from 'pg-cursor'
import copy from 'pg-copy-streams'
import { Trial, raises, same, until } from './trial.mjs'

// It warns of queued queries and of `activeQuery`, which are tried here all the same.
process.noDeprecation = true
const version = createRequire(import.meta.url)('pg/package.json').version
const trial = new Trial('node-postgres', version)

async function withClients(options, body) {
  const clients = options.map((o) => new pg.Client({ connectionString: trial.url, ...o }))
  try {
    for (const client of clients) await client.connect()
    return await body(...clients)
  } finally {
    for (const client of clients) await client.end()
  }
}

async function one(client, text, values, name) {
  const { rows } = await client.query({ text, values, name, rowMode: 'array' })
  return rows[0][0]
}

// Other clients that begin and end transactions, so that a pool must deal its servers anew.
async function crowd(body) {
  await withClients([{}, {}, {}], async (...clients) => {
    const open = new Set()
    await body(async () => {
      const client = trial.choice(clients)
      await client.query(open.has(client) ? 'commit' : 'begin')
      if (!open.delete(client)) {
        open.add(client)
        await client.query('select $1::int', [1])
      }
    })
  })
}

async function before() {
  await withClients([{}], async (client) => {
    await client.query(`create schema ${trial.schema}`)
    await client.query(`create table ${trial.table('items')} (id int primary key, name text)`)
  })
}

async function after() {
  await withClients([{}], (client) => client.query(`drop schema ${trial.schema} cascade`))
}

trial.reads('parameters_and_types', () => withClients([{}], async (client) => {
  const when = new Date('2024-02-29T12:34:56.789Z')
  const { rows } = await client.query({
    text: 'select $1::int, $2::text, $3::timestamptz, $4::int[], $5::jsonb, $6::bytea, $7::bool,' +
      ' $8::numeric',
    values: [7, "O'Reilly \\", when, [1, null, 3], { a: ['ü'] }, Buffer.from([0, 255]), null, '1.50'],
    rowMode: 'array',
  })
  same(rows[0], [7, "O'Reilly \\", when, [1, null, 3], { a: ['ü'] }, Buffer.from([0, 255]), null,
    '1.50'], 'row')
  const binary = await client.query({ text: 'select $1::int as v', values: [7], binary: true })
  same(binary.rows, [{ v: 7 }], 'binary result')
}))

trial.reads('named_statements_reused', () => withClients([{}], (client) => crowd(async (shift) => {
  for (let i = 0; i < 300; i++) {
    await shift()
    const text = 'select $1::int + 1 as v, pg_backend_pid() as pid'
    const { rows } = await client.query({ name: 'plus-one', text, values: [i] })
    same(rows[0].v, i + 1, 'named statement')
    trial.sawBackend(client, rows[0].pid)
  }
})))

trial.reads('named_statements_interleaved', () => crowd((shift) =>
  withClients([{}, {}, {}, {}], async (...clients) => {
    for (let i = 0; i < 60; i++) {
      await shift()
      const values = await Promise.all(clients.map((client, n) =>
        one(client, `select $1::int * ${n}`, [i], 'same-name')))
      same(values, [0, i, 2 * i, 3 * i], 'one name, four statements')
    }
  })))

trial.reads('queued_queries', () => withClients([{}], async (client) => {
  const values = await Promise.all(
    Array.from({ length: 200 }, (_, i) => one(client, 'select $1::int', [i])))
  same(values, Array.from({ length: 200 }, (_, i) => i), 'results in order')
}))

trial.writes('transactions_and_savepoints', () => withClients([{}, {}], async (a, b) => {
  const items = trial.table('items')
  await a.query('begin')
  await a.query(`insert into ${items} values ($1, $2)`, [1, 'a'])
  same(await one(b, `select count(*)::int from ${items}`), 0, 'uncommitted row seen')
  await a.query('savepoint s')
  await raises('23505', a.query(`insert into ${items} values ($1, $2)`, [1, 'b']), 'duplicate')
  await raises('25P02', a.query('select $1::int', [1]), 'in a failed transaction')
  await a.query('rollback to s')
  await a.query('commit')
  same(await one(b, `select name from ${items}`), 'a', 'committed row')
}))

trial.reads('errors_leave_the_connection_usable', () => withClients([{}], async (client) => {
  for (let i = 0; i < 20; i++) {
    await raises('42601', client.query('selec $1', [1]), 'syntax error')
    await raises('22012', client.query('select 1 / $1::int', [0]), 'division by zero')
    await raises('22012', client.query('select 1; select 1/0; select 2'), 'error in a script')
    same(await one(client, 'select $1::int', [i]), i, 'after the errors')
  }
}))

trial.writes('copy_in_and_out', () => withClients([{}], async (client) => {
  const table = trial.table('copied')
  await client.query(`create table ${table} (id int, name text)`)
  const lines = Array.from({ length: 50000 }, (_, i) => `${i}\trow ${i}\n`)
  await pipeline(Readable.from(lines), client.query(copy.from(`copy ${table} from stdin`)))
  let bytes = 0
  for await (const chunk of client.query(copy.to(`copy ${table} to stdout`))) bytes += chunk.length
  same(bytes, lines.join('').length, 'bytes copied out')
  await raises('22P02', pipeline(Readable.from(['x\ty\n']),
    client.query(copy.from(`copy ${table} from stdin`))), 'bad row in COPY')
  same(await one(client, `select count(*)::int from ${table}`), 50000, 'rows')
}))

trial.reads('large_result', () => withClients([{}], async (client) => {
  const { rows } = await client.query(
    "select i, repeat('x', 200) as x from generate_series(1, $1::int) i", [50000])
  same(rows.reduce((sum, row) => sum + row.i, 0), 50000 * 50001 / 2, 'sum of the rows')
  same((await one(client, 'select repeat($1, 30000000)', ['y'])).length, 30000000, 'one value')
}))

trial.reads('cursor_reads_in_parts', () => withClients([{}], (client) => crowd(async (shift) => {
  const cursor = client.query(new Cursor('select i from generate_series(1, $1::int) i', [1000]))
  let sum = 0
  for (let rows = await cursor.read(50); rows.length > 0; rows = await cursor.read(50)) {
    sum += rows.reduce((s, row) => s + row.i, 0)
    await shift()
  }
  same(sum, 500500, 'sum of the rows')
  const half = client.query(new Cursor('select i from generate_series(1, $1::int) i', [1000]))
  await half.read(10)
  await half.close()
  same(await one(client, 'select $1::int', [5]), 5, 'after a cursor closed early')
})))

trial.writes('listen_notify', () => withClients([{}, {}], (listener, sender) =>
  crowd(async (shift) => {
    const got = []
    listener.on('notification', (message) => got.push(message.payload))
    await listener.query(`listen ${trial.schema}`)
    for (let i = 0; i < 5; i++) {
      await shift()
      await sender.query('select pg_notify($1, $2)', [trial.schema, String(i)])
    }
    await until(() => got.length === 5, 'five notifications')
    same(got, ['0', '1', '2', '3', '4'], 'notifications')
  })))

trial.reads('settings_are_each_clients_own', () => withClients(
  [{ application_name: 'a', statement_timeout: 91000 },
    { application_name: 'b', statement_timeout: 92000 }, {}],
  (a, b, plain) => crowd(async (shift) => {
    const timeout = await one(plain, 'show statement_timeout')
    await a.query('set search_path = one')
    await b.query('set search_path = two')
    for (let i = 0; i < 40; i++) {
      await shift()
      for (const [client, name, millis, path] of [[b, 'b', 92, 'two'], [a, 'a', 91, 'one']]) {
        same(await one(client, 'show application_name'), name, 'application_name')
        same(await one(client, 'show statement_timeout'), `${millis}s`, 'statement_timeout')
        same(await one(client, 'show search_path'), path, 'search_path')
      }
      same(await one(plain, 'show statement_timeout'), timeout, 'a client that set nothing')
    }
  })))

trial.writes('temporary_tables', () => withClients([{}, {}], (a, b) => crowd(async (shift) => {
  await a.query('create temp table scratch as select 1 as v')
  await b.query('create temp table scratch as select 2 as v')
  for (let i = 0; i < 20; i++) {
    await shift()
    same(await one(a, 'select v from scratch'), 1, "first client's table")
    same(await one(b, 'select v from scratch'), 2, "second client's table")
  }
})))

trial.reads('advisory_locks', () => withClients([{}, {}], (a, b) => crowd(async (shift) => {
  const key = Math.floor(Math.random() * 2 ** 31)
  await a.query('select pg_advisory_lock($1)', [key])
  for (let i = 0; i < 10; i++) {
    await shift()
    same(await one(b, 'select pg_try_advisory_lock($1)', [key]), false, 'held by another')
  }
  same(await one(a, 'select pg_advisory_unlock($1)', [key]), true, 'unlock by its owner')
})))

trial.reads('cancel_from_another_connection', () => withClients([{}, {}], async (a, other) => {
  // node-postgres sends a CancelRequest through a client object that never logs in.
  for (let i = 0; i < 3; i++) {
    const query = new pg.Query('select pg_sleep(30)')
    const ended = new Promise((resolve, reject) => {
      query.once('error', reject)
      query.once('end', resolve)
    })
    a.query(query)
    setTimeout(() => {
      new pg.Client(trial.url).cancel(a, query)
    }, 500)
    await raises('57014', ended, 'cancelled query')
    same(await one(a, 'select $1::int', [1]), 1, 'after the cancel')
    same(await one(other, 'select $1::int', [2]), 2, 'another client')
  }
}))

trial.reads('statement_timeout', () => withClients([{ statement_timeout: 100 }], async (client) => {
  await raises('57014', client.query('select pg_sleep(30)'), 'statement_timeout')
  same(await one(client, 'select $1::int', [1]), 1, 'after the timeout')
}))

trial.writes('changed_result_type', () => withClients([{}, {}], async (client, ddl) => {
  const table = trial.table('changing')
  await ddl.query(`create table ${table} as select 1 as a`)
  const select = { name: 'all', text: `select * from ${table}` }
  same((await client.query(select)).rows, [{ a: 1 }], 'before')
  await ddl.query(`alter table ${table} add b int default 2`)
  const again = await client.query(select).catch((e) => e)
  trial.note('cached-plan', again.code ?? 'healed')
  same((await client.query(`select * from ${table}`)).rows, [{ a: 1, b: 2 }], 'unnamed, after')
}))

trial.reads('pool', async () => {
  const pool = new pg.Pool({ connectionString: trial.url, max: 6 })
  const values = await Promise.all(Array.from({ length: 300 }, async (_, i) =>
    (await pool.query('select $1::int + 1 as v', [i])).rows[0].v))
  same(values, Array.from({ length: 300 }, (_, i) => i + 1), 'values')
  await pool.end()
})

trial.reads('discard_all', () => withClients([{}], (client) => crowd(async (shift) => {
  const timeout = await one(client, 'show statement_timeout')
  await client.query("set statement_timeout = '91s'")
  await client.query('discard all')
  for (let i = 0; i < 10; i++) {
    await shift()
    same(await one(client, 'show statement_timeout'), timeout, 'after DISCARD ALL')
  }
})))

trial.reads('reconnects', async () => {
  for (let i = 0; i < 40; i++) {
    await withClients([{}], async (c) => same(await one(c, 'select $1::int', [i]), i, 'value'))
  }
})

trial.reads('refused_logins', async () => {
  for (const [sqlstate, change] of [
    ['28P01', { password: 'wrong' }], ['3D000', { database: 'no_such_database' }]]) {
    await raises(sqlstate, new pg.Client(trial.urlWith(change)).connect(), 'login')
  }
})

trial.replicaOnly('is_a_standby', () => withClients([{}], async (client) => {
  same(await one(client, 'select pg_is_in_recovery()'), true, 'in recovery')
  await raises('25006', client.query('create table never (id int)'), 'write on a standby')
}))

await trial.run(before, after)
