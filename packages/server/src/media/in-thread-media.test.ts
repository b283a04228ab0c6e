import { InThreadMedia } from './in-thread-media.ts';
import { testMediaContract, testPorts } from './media-contract.ts';

testMediaContract((options, onEvent) => new InThreadMedia(options, onEvent), testPorts(22_000));
