import type { HomeNumbering } from './number-class.ts';

export const LONDON: HomeNumbering = {
  country: 'GB',
  internationalPrefix: '00',
  nationalPrefix: '0',
  areaCode: '20',
};

export const NEW_YORK: HomeNumbering = {
  country: 'US',
  internationalPrefix: '011',
  nationalPrefix: '1',
  areaCode: '212',
};
