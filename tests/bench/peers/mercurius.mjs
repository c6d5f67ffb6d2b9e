// Mercurius on Fastify, compiled by graphql-jit from the first request on, with its own loaders.
import { readFileSync } from 'node:fs'
import Fastify from 'fastify'
import mercurius from 'mercurius'
import { listening, read, sources } from './services.mjs'

const opts = { cache: false }
const one = (from, key) => ({ loader: (queries) => read(from, queries.map(({ obj }) => obj[key])), opts })

const loaders = {
  Resident: { grid: one(sources.grid, 'gridCode') },
  Grid: {
    residents: {
      loader: (queries) => read(sources.neighbors, queries.map(({ obj }) => obj.code), { first: queries[0].params.first }),
      opts,
    },
    residentCount: {
      loader: async (queries) => (await read(sources.residentCount, queries.map(({ obj }) => obj.code))).map((row) => row?.total),
      opts,
    },
    checkpoints: one(sources.checkpoints, 'code'),
    enterprises: one(sources.enterprises, 'code'),
  },
  Checkpoint: { passages: one(sources.passages, 'id') },
}
const Query = {
  resident: async (_, { id }) => (await read(sources.resident, [id]))[0],
  grids: async (_, { village }) => (await read(sources.grids, [village]))[0],
  residents: async (_, { grid, first }) => (await read(sources.listed, [grid], { first }))[0],
}

const app = Fastify()
app.register(mercurius, { schema: readFileSync(process.argv[3], 'utf8'), resolvers: { Query }, loaders, jit: 1 })
await app.listen({ host: '127.0.0.1', port: 0 })
listening(app.server.address().port)
