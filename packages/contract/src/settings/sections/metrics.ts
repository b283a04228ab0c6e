import { setting } from '../declare.ts';

export const metricsSettings = {
  address: setting({
    type: 'endpoint',
    default: '127.0.0.1:9464',
    says: 'Where Prometheus reads the metrics, over plain HTTP and without a login: leave it on the loopback address, or put it behind something that asks who is there. off: nowhere.',
  }),
};
