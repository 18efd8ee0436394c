// Whether docker-compose.yml is one: asked of Docker Compose where it is installed, else of the library that it reads files with, built with Go.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../runtime.mjs';
import { cached } from '../servers/cache.mjs';
import { isInstalled, runToEnd } from '../servers/server-process.mjs';

const library = 'github.com/compose-spec/compose-go/v2';
const version = 'v2.16.2';

const module = `module alongside/compose-config

go 1.24

require ${library} ${version}
`;

const program = `package main

import (
	"context"
	"fmt"
	"os"

	"${library}/cli"
)

func main() {
	options, err := cli.NewProjectOptions(os.Args[1:], cli.WithOsEnv, cli.WithDotEnv, cli.WithProfiles([]string{"*"}))
	if err == nil {
		_, err = options.LoadProject(context.Background())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
`;

async function reader() {
  if (isInstalled('docker', 'compose', 'version')) return { command: 'docker', args: ['compose', '-f'], rest: ['config', '--quiet'], by: 'docker compose config' };
  if (!isInstalled('go', 'version')) return undefined;
  const folder = await cached(`compose-config-${version}`, async (making) => {
    writeFileSync(join(making, 'go.mod'), module);
    writeFileSync(join(making, 'main.go'), program);
    await runToEnd('go', ['build', '-mod=mod', '-o', join(making, 'compose-config'), '.'], { cwd: making });
  });
  return { command: join(folder, 'compose-config'), args: [], rest: [], by: `compose-go ${version}, which docker compose reads files with` };
}

/** Resolves with `{by, faults}`, or `{why}` where nothing can read it. */
export async function checkCompose() {
  const found = await reader();
  if (found === undefined) return { why: 'neither Docker Compose nor Go is installed' };
  const { command, args, rest, by } = found;
  const { status, stderr } = spawnSync(command, [...args, join(root, 'docker-compose.yml'), ...rest], { cwd: root, encoding: 'utf8' });
  return { by, faults: status === 0 ? [] : [stderr.trim()] };
}
