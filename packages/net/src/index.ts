export type { StreamCounters } from './connections.ts';
export type { Endpoint, Flow, ListenAddress, Transport } from './flow.ts';
export type { Framed, Framer, FramingProblem } from './framer.ts';
export type { ListenError } from './listen-error.ts';
export { SipSockets, type SipSocketsOptions, type SocketCounters } from './sip-sockets.ts';
export type { CloseReason } from './stream-connection.ts';
export { STREAM_LIMITS, type StreamLimits } from './stream-limits.ts';
export type { TlsCertificate } from './tls-context.ts';
export type { UdpCounters } from './udp-listener.ts';
