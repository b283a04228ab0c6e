import {
  type Json,
  SECTION_SAYS,
  SETTING_ENTRIES,
  type SectionName,
  type SettingEntry,
} from '@ringwall/contract';
import { code, FENCE, GENERATED, prose } from './markdown.ts';

const INTRODUCTION = `# Settings

Ringwall works without any of these: every default is what a careful stranger would want. A setting is taken from the
first of these places that has it:

1. the environment: ${code('RINGWALL_SIP_REALM')}; lists are separated by commas;
2. the settings file, YAML: the file that ${code('--config')} or ${code('RINGWALL_CONFIG')} names, else
   ${code('ringwall.yaml')} in the working directory if it is there;
3. the database;
4. its default.

An unknown name or a wrong value is an error that names the setting, and the program does not start: nothing is
guessed. ${code('ringwall status')} shows which settings are not at their default, and where each came from.

A settings file may look like this; a relative path in it starts at the directory of the file:

${FENCE}yaml
sip:
  domains:
    - pbx.example.com
  tlsCertificateFile: /etc/letsencrypt/live/pbx.example.com/fullchain.pem
  tlsKeyFile: /etc/letsencrypt/live/pbx.example.com/privkey.pem
storage:
  directory: /var/lib/ringwall
${FENCE}
`;

export function settingsPage(): string {
  const sections = Object.entries(SECTION_SAYS).map(([name, says]) => section(name as SectionName, says));
  return `${GENERATED}${INTRODUCTION}\n${sections.join('\n')}`;
}

function section(name: SectionName, says: string): string {
  const entries = SETTING_ENTRIES.filter((entry) => entry.section === name);
  return `## ${name}\n\n${prose(says)}\n\n${entries.map(entryText).join('\n')}`;
}

function entryText({ key, environmentName, setting }: SettingEntry): string {
  const unit = setting.unit === undefined ? '' : ` ${setting.unit}`;
  const lines = [
    `- Default: ${defaultText(setting.toJson(setting.default))}${unit}`,
    `- Allowed: ${prose(setting.limits)}${unit}`,
    `- Environment: ${code(environmentName)}`,
    ...(setting.inDatabase ? [] : ['- Not in the database: it is needed before the database is open']),
  ];
  return `### ${key}\n\n${prose(setting.says)}\n\n${lines.join('\n')}\n`;
}

function defaultText(value: Json): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(defaultText).join(', ');
  if (value === '') return 'empty';
  return code(typeof value === 'string' ? value : JSON.stringify(value));
}
