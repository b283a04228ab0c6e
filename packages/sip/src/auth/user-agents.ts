/** What of the two challenges a phone gets to read, and which first. */
export type ChallengeOrder = 'md5-first' | 'sha256-first' | 'md5-alone';

interface Software {
  /** Stands for all that begin with it: `linphone` for LinphoneAndroid, Linphone-Desktop and LinphoneiOS. */
  readonly name: string;
  /** Major and minor number of the version that does SHA-256 if it stands in the first challenge. */
  readonly since: readonly [major: number, minor: number];
  readonly before: ChallengeOrder;
}

/**
 * Where it is not known for sure when a phone learned SHA-256, the later version stands here: with MD5 first it
 * works all the same.
 */
const SOFTWARE: readonly Software[] = [
  // Up to 3.11 it gives up if there is any challenge that it cannot do, wherever it stands.
  { name: 'baresip', since: [3, 12], before: 'md5-alone' },
  { name: 'linphone', since: [4, 0], before: 'md5-first' },
  { name: 'microsip', since: [3, 22], before: 'md5-first' },
  { name: 'pjsua', since: [2, 12], before: 'md5-first' },
];

/** `Name/1.2`, `Name v1.2`, `Name 1.2`. */
const PRODUCT = /^([A-Za-z][A-Za-z0-9_-]{0,40})[/ ]v?(\d{1,4})\.(\d{1,4})/;

/**
 * Which challenges does this User-Agent want to read?
 *
 * RFC 8760 2.3 wants the one that we prefer first. But many phones look at the first alone and give up if it is not
 * MD5, so SHA-256 comes first only for software that is known to do it. The account has no say in it: the order of
 * challenges would tell a stranger whether it exists.
 */
export function challengeOrder(userAgent: string | undefined): ChallengeOrder {
  const product = PRODUCT.exec(userAgent ?? '');
  if (product === null) return 'md5-first';
  const [, productName = '', major, minor] = product;
  const lowerName = productName.toLowerCase();
  const software = SOFTWARE.find(({ name }) => lowerName.startsWith(name));
  if (software === undefined) return 'md5-first';
  const newer = Number(major) - software.since[0] || Number(minor) - software.since[1];
  return newer >= 0 ? 'sha256-first' : software.before;
}
