// Apollo Server on Fastify, the fastest of its integrations here.
import { readFileSync } from 'node:fs'
import { ApolloServer } from '@apollo/server'
import fastifyApollo from '@as-integrations/fastify'
import Fastify from 'fastify'
import { listening, Loaders, resolvers } from './services.mjs'

const server = new ApolloServer({ typeDefs: readFileSync(process.argv[3], 'utf8'), resolvers })
await server.start()
const app = Fastify()
await app.register(fastifyApollo(server), { context: async () => ({ loaders: new Loaders() }) })
await app.listen({ host: '127.0.0.1', port: 0 })
listening(app.server.address().port)
