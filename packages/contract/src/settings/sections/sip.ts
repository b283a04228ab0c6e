import { setting } from '../declare.ts';

export const sipSettings = {
  listeners: setting({
    type: 'listeners',
    default: [
      'udp:0.0.0.0:5060',
      'tcp:0.0.0.0:5060',
      'tls:0.0.0.0:5061',
      'udp:[::]:5060',
      'tcp:[::]:5060',
      'tls:[::]:5061',
    ],
    maxItems: 32,
    says: 'Where phones reach the PBX. The IPv6 addresses of the default are left out on a machine without IPv6; those that you write yourself are not. Port 0 takes any free port.',
  }),
  domains: setting({
    type: 'names',
    default: [],
    maxItems: 64,
    says: 'Names that phones use for this PBX, such as pbx.example.com. The first is the one that new phones are told. A request that names another domain gets no answer at all.',
  }),
  answerToAddresses: setting({
    type: 'boolean',
    default: true,
    says: 'Whether phones on the LAN, and in sip.addressNetworks, may address the PBX by an IP address of this machine. From elsewhere a name is always needed: scanners try addresses.',
  }),
  addressNetworks: setting({
    type: 'networks',
    default: [],
    maxItems: 64,
    says: 'Networks beside the LAN from which phones may address the PBX by an IP address too, such as that of a branch whose phones cannot be given a name. Scanners there would find it.',
  }),
  publicAddress: setting({
    type: 'address',
    default: '',
    says: 'The address that peers outside the LAN are told to send to, when a router translates addresses. Empty: the address that the request came in on.',
  }),
  realm: setting({
    type: 'text',
    default: 'pbx',
    minLength: 1,
    maxLength: 64,
    pattern: /^[A-Za-z0-9._-]+$/,
    allowed: 'letters, digits, dot, hyphen and underscore',
    says: 'The realm of the digest. Passwords are kept hashed together with it: after a change every extension needs a new password.',
  }),
  tlsCertificateFile: setting({
    type: 'path',
    default: '',
    inDatabase: false,
    says: 'The certificate chain for TLS, in PEM. Empty: a certificate that the program makes and signs itself at the first start, kept in the data directory.',
  }),
  tlsKeyFile: setting({
    type: 'path',
    default: '',
    inDatabase: false,
    says: 'The private key of the certificate, in PEM. Given exactly when sip.tlsCertificateFile is.',
  }),
};
