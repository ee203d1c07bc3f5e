import { registry } from '@aniworld/chassis';
import { Histogram } from 'prom-client';

export const httpSeconds = new Histogram({
  name: 'aniworld_http_seconds',
  help: 'Time to answer an HTTP request; 499: the client went away first',
  labelNames: ['service', 'method', 'operation', 'status'],
  buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
  registers: [registry],
});
