export type { StreamCounters } from './connections.ts';
export { Dns, type DnsCounters } from './dns/dns.ts';
export type { Endpoint, Flow, ListenAddress, Transport } from './flow.ts';
export type { Framed, Framer, FramingProblem } from './framer.ts';
export { type ListenError, listenError } from './listen-error.ts';
export { SipSockets, type SipSocketsOptions, type SocketCounters } from './sip-sockets.ts';
export type { CloseReason } from './stream-connection.ts';
export { STREAM_LIMITS, type StreamLimits } from './stream-limits.ts';
export type { TlsCertificate } from './tls-context.ts';
export type { UdpCounters } from './udp-listener.ts';
export { ControlClient, type ControlRequestOptions, connectControl } from './control/control-client.ts';
export { type ControlError, type ControlErrorCode, ControlRefusal } from './control/control-error.ts';
export { ControlServer, type ControlServerOptions, type ControlStream } from './control/control-server.ts';
export {
  type RtpChannel,
  RtpPortPair,
  type RtpPortPairOptions,
  type RtpReceiver,
} from './rtp-ports/port-pair.ts';
export { RtpPortPool, type RtpPortPoolOptions } from './rtp-ports/port-pool.ts';
export {
  NftEnforcer,
  type NftEnforcerOptions,
  type NftEntry,
  type NftStatus,
} from './nftables/nft-enforcer.ts';
export { type ProofOptions, type ProvenBy, proveEnforcement } from './nftables/proof.ts';
export type { NftCounters, NftRules, PacketRate } from './nftables/ruleset.ts';
