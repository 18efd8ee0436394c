import { print, runProcess, sharedConfigurationFrom, startReady } from '@alongside/service';
import { gatewayOptions } from './gateway.js';

runProcess({
  name: 'gateway',
  title: 'Alongside',
  start: (signal) => startReady({ ...gatewayOptions(sharedConfigurationFrom(process.env)), signal }),
  started: async ({ platform }) => {
    const setUpLink = await platform.access.setUpLink();
    if (setUpLink !== undefined) print(`Nobody is registered yet. Set up the first organisation with this link, once: ${setUpLink}`);
  },
});
