/** Where to connect to. */
export interface ConnectTarget {
  readonly transport: 'tcp' | 'tls';
  readonly address: string;
  readonly port: number;
  /** The name, or address, that its certificate must hold as a subjectAltName. */
  readonly tlsName: string;
  /** PEM of the only CAs that are believed; those of the system unless told. */
  readonly ca?: string;
}
