// GraphQL Yoga on node's own HTTP server.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createSchema, createYoga } from 'graphql-yoga'
import { listening, Loaders, resolvers } from './services.mjs'

const yoga = createYoga({
  schema: createSchema({ typeDefs: readFileSync(process.argv[3], 'utf8'), resolvers }),
  context: () => ({ loaders: new Loaders() }),
  logging: false,
  graphiql: false,
  landingPage: false,
  maskedErrors: false,
})
const server = createServer(yoga)
server.listen(0, '127.0.0.1', () => listening(server.address().port))
