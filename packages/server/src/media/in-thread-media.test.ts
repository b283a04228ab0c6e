import { InThreadMedia } from './in-thread-media.ts';
import { testMediaContract } from './media-contract.ts';
import { testPorts } from './media-test-support.ts';

testMediaContract((options, onEvent) => new InThreadMedia(options, onEvent), testPorts(22_000));
