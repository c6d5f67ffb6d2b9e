// The peers' way to the services: one batch read over connections that are kept, and a loader for each endpoint.
import DataLoader from 'dataloader'
import { Pool } from 'undici'

const CONNECTIONS_MAX = 64
const headers = { 'content-type': 'application/json' }
const urls = JSON.parse(process.argv[2])
const pools = Object.fromEntries(
  Object.entries(urls).map(([name, url]) => [name, new Pool(url, { connections: CONNECTIONS_MAX, keepAliveTimeout: 60_000 })]),
)

// A source: an endpoint, the columns asked of it, and their names in the answer.
const source = (service, path, columns) => ({
  service,
  path: `/bench/${path}:batch`,
  fields: Object.values(columns),
  as: Object.keys(columns),
})
const grid = { code: 'code', name: 'name', workerName: 'worker_name' }
const neighbor = { id: 'id', name: 'name', sex: 'sex', phoneMasked: 'phone_masked' }
const listed = { ...neighbor, birthOn: 'birth_on', householdId: 'household_id' }

export const sources = {
  resident: source('residents', 'residents', { ...neighbor, birthOn: 'birth_on', gridCode: 'grid_code' }),
  grid: source('residents', 'grids', grid),
  grids: source('residents', 'grids/by-village', grid),
  neighbors: source('residents', 'residents/by-grid', neighbor),
  listed: source('residents', 'residents/by-grid', listed),
  residentCount: source('residents', 'resident-counts/by-grid', { total: 'total' }),
  checkpoints: source('checkpoints', 'checkpoints/by-grid', { id: 'id', name: 'name', kind: 'kind', status: 'status' }),
  passages: source('checkpoints', 'passage-counts/by-checkpoint', { total: 'total', turnedBack: 'turned_back' }),
  enterprises: source('enterprises', 'enterprise-counts/by-grid', { total: 'total', resumed: 'resumed' }),
}

export async function read({ service, path, fields, as }, ids, args) {
  const asked = JSON.stringify({ ids, fields, as, arguments: args })
  const { statusCode, body } = await pools[service].request({ path, method: 'POST', headers, body: asked })
  if (statusCode !== 200) throw new Error(`${service} answered ${statusCode}`)
  return body.json()
}

// The loaders of one request; each is made when it is first needed.
export class Loaders {
  #made = new Map()

  of(from, first) {
    let loader = this.#made.get(from)
    if (loader === undefined) {
      const args = first === undefined ? undefined : { first }
      loader = new DataLoader((ids) => read(from, ids, args))
      this.#made.set(from, loader)
    }
    return loader
  }
}

// Resolvers for servers that take a DataLoader from the context; the rest are properties of the rows.
export const resolvers = {
  Query: {
    resident: (_, { id }, { loaders }) => loaders.of(sources.resident).load(id),
    grids: (_, { village }, { loaders }) => loaders.of(sources.grids).load(village),
    residents: (_, { grid, first }, { loaders }) => loaders.of(sources.listed, first).load(grid),
  },
  Resident: {
    grid: ({ gridCode }, _, { loaders }) => loaders.of(sources.grid).load(gridCode),
  },
  Grid: {
    residents: ({ code }, { first }, { loaders }) => loaders.of(sources.neighbors, first).load(code),
    residentCount: async ({ code }, _, { loaders }) => (await loaders.of(sources.residentCount).load(code))?.total,
    checkpoints: ({ code }, _, { loaders }) => loaders.of(sources.checkpoints).load(code),
    enterprises: ({ code }, _, { loaders }) => loaders.of(sources.enterprises).load(code),
  },
  Checkpoint: {
    passages: ({ id }, _, { loaders }) => loaders.of(sources.passages).load(id),
  },
}

export const listening = (port) => console.log(JSON.stringify({ port }))
