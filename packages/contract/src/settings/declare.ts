import type { Cidr } from '@ringwall/base';
import {
  type EndpointOptions,
  endpointSetting,
  type ListenersOptions,
  listenersSetting,
  type NetworksOptions,
  networksSetting,
  type PortsOptions,
  portsSetting,
} from './kinds/networks.ts';
import {
  type BooleanOptions,
  booleanSetting,
  type ChoiceOptions,
  choiceSetting,
  type NumberOptions,
  numberSetting,
} from './kinds/scalars.ts';
import {
  type AddressOptions,
  addressSetting,
  type NamesOptions,
  namesSetting,
  type NumbersOptions,
  numbersSetting,
  type PathOptions,
  pathSetting,
  type TextOptions,
  textSetting,
} from './kinds/texts.ts';
import {
  type MailAddressesOptions,
  mailAddressesSetting,
  type UrlsOptions,
  urlsSetting,
} from './kinds/places.ts';
import { type DigitsOptions, digitsSetting, type WordsOptions, wordsSetting } from './kinds/words.ts';
import type { Listener, ListenEndpoint, PortRange, Setting } from './setting.ts';

type AnyOptions =
  | NumberOptions
  | BooleanOptions
  | TextOptions
  | PathOptions
  | AddressOptions
  | NamesOptions
  | NumbersOptions
  | WordsOptions
  | DigitsOptions
  | UrlsOptions
  | MailAddressesOptions
  | NetworksOptions
  | ListenersOptions
  | EndpointOptions
  | PortsOptions
  | ChoiceOptions<string>;

/**
 * Declares a setting. `type` decides what the other properties are, and what type its value has in the program.
 * A default that its own bounds refuse fails at once, when the declaration is loaded.
 */
export function setting(options: NumberOptions): Setting<number>;
export function setting(options: BooleanOptions): Setting<boolean>;
export function setting(options: TextOptions | PathOptions | AddressOptions): Setting<string>;
export function setting(
  options: NamesOptions | NumbersOptions | WordsOptions | DigitsOptions | UrlsOptions | MailAddressesOptions,
): Setting<readonly string[]>;
export function setting(options: NetworksOptions): Setting<readonly Cidr[]>;
export function setting(options: ListenersOptions): Setting<readonly Listener[]>;
export function setting(options: EndpointOptions): Setting<ListenEndpoint | undefined>;
export function setting(options: PortsOptions): Setting<PortRange>;
export function setting<const Option extends string>(options: ChoiceOptions<Option>): Setting<Option>;
export function setting(options: AnyOptions): Setting<unknown> {
  const declared = declare(options);
  const checked = declared.read(declared.toJson(declared.default));
  if (!checked.ok) throw new Error(`Ringwall is wrong: a default ${checked.error}`);
  return declared;
}

function declare(options: AnyOptions): Setting<unknown> {
  switch (options.type) {
    case 'number':
      return numberSetting(options);
    case 'boolean':
      return booleanSetting(options);
    case 'text':
      return textSetting(options);
    case 'path':
      return pathSetting(options);
    case 'address':
      return addressSetting(options);
    case 'names':
      return namesSetting(options);
    case 'numbers':
      return numbersSetting(options);
    case 'words':
      return wordsSetting(options);
    case 'digits':
      return digitsSetting(options);
    case 'urls':
      return urlsSetting(options);
    case 'mail-addresses':
      return mailAddressesSetting(options);
    case 'networks':
      return networksSetting(options);
    case 'listeners':
      return listenersSetting(options);
    case 'endpoint':
      return endpointSetting(options);
    case 'ports':
      return portsSetting(options);
    case 'choice':
      return choiceSetting(options);
  }
}
