import { setting } from '../declare.ts';

export const notifySettings = {
  webhooks: setting({
    type: 'urls',
    default: [],
    maxItems: 8,
    says: 'Addresses that notices are sent to by POST, as JSON, signed: ringwall notify webhook-key gives the key. How to check the signature is in docs/admin/being-told.md.',
  }),
  webhookNetworks: setting({
    type: 'networks',
    default: [],
    maxItems: 32,
    says: 'Networks of your own that notices and the shared list may go to, although they are not on the internet. Others than these and the internet are never connected to, whatever a name leads to.',
  }),
  allowHttp: setting({
    type: 'boolean',
    default: false,
    says: 'May addresses be http://, and so be read and changed on the way? The signature stays.',
  }),
  mailTo: setting({
    type: 'mail-addresses',
    default: [],
    maxItems: 16,
    says: 'Who gets notices by mail.',
  }),
  mailFrom: setting({
    type: 'mail-addresses',
    default: [],
    maxItems: 1,
    says: 'The address that they come from.',
  }),
  smtpHost: setting({
    type: 'text',
    default: '',
    minLength: 0,
    maxLength: 253,
    pattern: /^[a-zA-Z0-9.:-]*$/,
    allowed: 'a host name or an address',
    says: 'The mail server; empty: no mail is sent.',
  }),
  smtpPort: setting({
    type: 'number',
    unit: 'port',
    default: 587,
    min: 1,
    max: 65_535,
    says: 'Its port: 587, or 465 with notify.smtpTls implicit.',
  }),
  smtpTls: setting({
    type: 'choice',
    options: ['starttls', 'implicit', 'none'],
    default: 'starttls',
    says: 'Encryption to the mail server, whose certificate is checked. starttls: after the greeting, or not at all. none: the password and the notices can be read on the way.',
  }),
  smtpUser: setting({
    type: 'text',
    default: '',
    minLength: 0,
    maxLength: 128,
    says: 'User name at the mail server; empty: it asks for none. The password is given with ringwall notify smtp-password.',
  }),
  mailsPerHour: setting({
    type: 'number',
    unit: 'mails an hour',
    default: 6,
    min: 1,
    max: 60,
    says: 'More notices than that are put together in one mail.',
  }),
  events: setting({
    type: 'choice',
    options: ['important', 'bans', 'all'],
    default: 'important',
    says: 'What is told. important: alarms, a phone that has its office ignored, a trunk that fails, a shared list that lost most of itself. bans: also each address that is blacklisted. all: also what anybody can bring about, such as floods.',
  }),
};
