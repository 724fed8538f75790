// What both Node.js trials share: the arguments, the list of checks, the report.
// Run as `node X_trial.mjs URL MODE`; the lines it prints are described in ../README.md.

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'

const MODES = ['session', 'transaction', 'replica']
const CHECK_MILLIS = 60_000

export class Trial {
  constructor(driver, version) {
    const [url, mode] = process.argv.slice(2)
    if (!url || !MODES.includes(mode)) {
      console.error(`usage: ${process.argv[1]} postgresql://USER:PASSWORD@HOST:PORT/DATABASE ` +
        MODES.join('|'))
      process.exit(2)
    }
    this.url = url
    this.mode = mode
    this.schema = `t_${driver.replaceAll(/\W/g, '_')}_${randomBytes(4).toString('hex')}`
    this.checks = []
    this.backends = new Map()
    this.seed = 42
    console.log(`driver ${driver} ${version}`)
  }

  reads(name, check) {
    this.checks.push({ name, check, modes: MODES })
  }

  writes(name, check) {
    this.checks.push({ name, check, modes: ['session', 'transaction'] })
  }

  replicaOnly(name, check) {
    this.checks.push({ name, check, modes: ['replica'] })
  }

  table(name) {
    return `${this.schema}.${name}`
  }

  urlWith({ password, database }) {
    const url = new URL(this.url)
    if (password) url.password = password
    if (database) url.pathname = '/' + database
    return url.href
  }

  // A small linear congruential generator: the same choices in each run.
  choice(items) {
    this.seed = (this.seed * 1103515245 + 12345) % 2147483648
    return items[(this.seed >> 16) % items.length]
  }

  // `client` is any object that stays the same for one client.
  sawBackend(client, pid) {
    if (!this.backends.has(client)) this.backends.set(client, new Set())
    this.backends.get(client).add(pid)
  }

  note(key, value) {
    console.log(`note ${key} ${value}`)
  }

  async run(before, after) {
    let failed = 0
    if (this.mode !== 'replica') await before()
    for (const { name, check, modes } of this.checks) {
      if (modes.includes(this.mode) && !(await this.#one(name, check))) failed++
    }
    if (this.mode !== 'replica') await after()
    this.note('servers', Math.max(0, ...[...this.backends.values()].map((pids) => pids.size)))
    process.exit(failed ? 1 : 0)
  }

  async #one(name, check) {
    console.log(`run ${name}`)
    const alarm = setTimeout(() => {
      console.log(`fail ${name}: still running after ${CHECK_MILLIS} ms`)
      process.exit(1)
    }, CHECK_MILLIS)
    try {
      await check()
      console.log(`ok ${name}`)
      return true
    } catch (e) {
      console.error(e)
      console.log(`fail ${name}: ${e.name}: ${String(e.message).replaceAll(/\s+/g, ' ')}`)
      return false
    } finally {
      clearTimeout(alarm)
    }
  }
}

export function same(actual, expected, what) {
  assert.deepEqual(actual, expected, `${what}: expected ${JSON.stringify(expected)}, ` +
    `got ${JSON.stringify(actual)}`)
}

// Wants exactly this SQLSTATE from the promise.
export async function raises(sqlstate, promise, what) {
  const error = await Promise.resolve(promise).then(() => null, (e) => e)
  assert.ok(error, `${what}: expected SQLSTATE ${sqlstate}, got no error`)
  assert.equal(error.code, sqlstate, `${what}: expected SQLSTATE ${sqlstate}, got ` +
    `${error.code} (${error.message})`)
}

export function until(condition, what, millis = 10_000) {
  return new Promise((resolve, reject) => {
    const started = performance.now()
    const timer = setInterval(() => {
      if (condition()) {
        clearInterval(timer)
        resolve()
      } else if (performance.now() - started > millis) {
        clearInterval(timer)
        reject(new Error(`${what}: not within ${millis} ms`))
      }
    }, 5)
  })
}
