import { z } from 'zod';
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiResponsesObject } from 'zod-openapi';
import { type Place, placeOf } from './binding.ts';
import { isFileRpc } from './define.ts';
import { type ErrorCode, errorCatalogue, type Problem } from './errors.ts';
import { type RoutedRpc, routes } from './routes.ts';

/** The error document of every operation. */
const ProblemDocument = z
  .object({
    type: z.string().meta({ description: 'URN of the code' }),
    title: z.string(),
    status: z.int(),
    code: z.enum(Object.keys(errorCatalogue) as [ErrorCode, ...ErrorCode[]]),
    detail: z.string().meta({ description: 'What is wrong and what to do next, for the user' }),
    request_id: z.string().optional().meta({ description: 'Look for it in the logs' }),
    errors: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .optional()
      .meta({ description: 'One for each wrong field' }),
    retry_after: z.number().optional().meta({ description: 'Seconds; also in the header "Retry-After"' }),
  })
  .meta({ id: 'Problem', description: 'RFC 9457' }) satisfies z.ZodType<Problem>;

/**
 * The OpenAPI 3.1 document of the REST API, derived from the contracts.
 * @param version of the system, for `info.version`.
 * @param server where the API is mounted; below a base path the gateway knows better than the default.
 */
export function openApiDocument(version: string, server = '/api/v1') {
  const operations = routes();
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const op of operations) (paths[op.http.path] ??= {})[op.http.method] = describe(op);
  return createDocument({
    openapi: '3.1.1',
    info: {
      title: 'AniWorld',
      version,
      description: 'Library, search and downloads. Errors are problem documents (RFC 9457) with a stable `code`.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: server }],
    tags: [...new Set(operations.map(groupOf))].map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: { session: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
  });
}

const groupOf = (op: RoutedRpc) => op.name.slice(0, op.name.indexOf('.'));

function describe(op: RoutedRpc): ZodOpenApiOperationObject {
  const { path, query, body, header } = requestSchemas(op);
  return {
    operationId: op.name.replace('.', '_'),
    tags: [groupOf(op)],
    summary: op.summary,
    ...(op.http.access !== 'public' && { description: `Access: ${op.http.access}` }),
    security: op.http.access === 'public' ? [] : [{ session: [] }],
    requestParams: { ...(path && { path }), ...(query && { query }), ...(header && { header }) },
    ...(body && {
      requestBody: { required: !body.safeParse({}).success, content: { 'application/json': { schema: body } } },
    }),
    responses: { ...success(op), ...problems(op) },
  };
}

/** The request split by where its fields travel; a place without fields is left out. */
function requestSchemas({ http, name, request }: RoutedRpc): Partial<Record<Place, z.ZodObject>> {
  if (!(request instanceof z.ZodObject)) throw new Error(`The request of ${name} must be an object to have a route`);
  const shapes: Partial<Record<Place, z.core.$ZodShape>> = {};
  for (const [field, schema] of Object.entries(request.shape)) {
    const place = placeOf(http, field);
    const shape = (shapes[place] ??= {}) as Record<string, z.core.$ZodType>;
    shape[place === 'header' ? 'If-Match' : field] = schema;
  }
  return Object.fromEntries(Object.entries(shapes).map(([place, shape]) => [place, z.object(shape)]));
}

const BINARY = { type: 'string' as const, format: 'binary' };

function success(op: RoutedRpc): ZodOpenApiResponsesObject {
  const { http, reply } = op;
  if (http.status === 204) return { '204': { description: 'Done' } };
  const description = { 200: 'OK', 201: 'Created', 202: 'Accepted' }[http.status];
  const content = http.type
    ? { [http.type]: { schema: isFileRpc(op) ? BINARY : z.string() } }
    : { 'application/json': { schema: reply } };
  const headers = http.etag && { headers: { ETag: { schema: { type: 'string' as const }, description: http.etag } } };
  return { [`${http.status}`]: { description, ...headers, content } };
}

/** What the operation may answer, its own and what any operation with such a route may, one response for each status. */
function problems(op: RoutedRpc): ZodOpenApiResponsesObject {
  const byStatus: Record<string, ErrorCode[]> = {};
  for (const code of new Set([...op.errors, ...generalErrors(op)])) {
    (byStatus[errorCatalogue[code].status] ??= []).push(code);
  }
  const responses = Object.entries(byStatus).map(([status, codes]) => [
    status,
    {
      description: codes.map((code) => `\`${code}\`: ${errorCatalogue[code].detail}`).join('\n\n'),
      content: { 'application/problem+json': { schema: ProblemDocument } },
    },
  ]);
  return Object.fromEntries(responses);
}

function generalErrors({ http, request }: RoutedRpc): ErrorCode[] {
  const takesFields = request instanceof z.ZodObject && Object.keys(request.shape).length > 0;
  const codes: ErrorCode[] = ['INTERNAL', 'UNAVAILABLE', 'TIMEOUT'];
  if (takesFields) codes.push('INVALID_REQUEST');
  if (http.method !== 'get') codes.push('CROSS_SITE', 'MALFORMED_JSON', 'PAYLOAD_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE');
  if (http.access !== 'public') codes.push('UNAUTHENTICATED', 'TOKEN_EXPIRED', 'SESSION_REVOKED');
  if (http.access === 'write' || http.access === 'admin') codes.push('FORBIDDEN');
  return codes;
}
