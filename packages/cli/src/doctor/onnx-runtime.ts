/** ONNX Runtime's binaries: whether this platform's is there and loads, and which others lie about unused. */

import { existsSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { errorParts } from '../render/error.ts';
import { type Check, pass } from './check.ts';

/** A system that binaries are for, in Node's words. */
export interface Platform {
  readonly platform: string;
  readonly arch: string;
}

/** onnxruntime-node as it is installed. */
export interface RuntimePackage {
  readonly folder: string;
  readonly version: string;
}

const name = 'onnx runtime';

/** Finds the package that the core would load. */
export function findRuntime(): RuntimePackage | Check {
  try {
    const core = createRequire(import.meta.resolve('@alknet/firewall-core'));
    const manifest = core.resolve('onnxruntime-node/package.json');
    return { folder: dirname(manifest), version: core(manifest).version };
  } catch (error) {
    const hint = 'Install again: ONNXRUNTIME_NODE_INSTALL=skip npm i @alknet/firewall';
    return { name, ok: false, detail: errorParts(error).message, hint };
  }
}

/** Looks for the binary before it loads it: "not there" and "there but will not load" need different help. */
export function checkRuntime({ folder, version }: RuntimePackage, at: Platform = process): Check {
  const target = `${at.platform}-${at.arch}`;
  const binaries = platformFolders(folder);
  const own = binaries.find(({ platform, arch }) => platform === at.platform && arch === at.arch);
  if (own === undefined || !existsSync(join(own.path, 'onnxruntime_binding.node'))) {
    const present = binaries.map(({ platform, arch }) => `${platform}-${arch}`).join(', ') || 'none';
    return {
      name,
      ok: false,
      detail: `onnxruntime-node ${version} has no binary for ${target} in ${folder} (present: ${present})`,
      hint:
        `Missing: bin/napi-v6/${at.platform}/${at.arch}/onnxruntime_binding.node. onnxruntime-node ships binaries for linux and ` +
        'win32 on x64 and arm64 and for darwin on arm64. On one of them, install again with ONNXRUNTIME_NODE_INSTALL=skip set: the ' +
        'install was cut short, or the folder was removed. On any other, run the model on an inference server, which ' +
        '`remote` in firewall.toml names.',
    };
  }
  try {
    createRequire(import.meta.url)(folder);
    return pass(name, `onnxruntime-node ${version}, binary for ${target}`);
  } catch (error) {
    return {
      name,
      ok: false,
      detail: `the binary for ${target} does not load: ${errorParts(error).message}`,
      hint: 'It needs glibc 2.28 or later on linux (Alpine has musl: use a Debian-based image), and on Windows the Visual C++ runtime.',
    };
  }
}

/** Binaries for other platforms: never loaded here, so that an image can leave them out. Having them is no fault. */
export function checkDeadWeight({ folder }: RuntimePackage, at: Platform = process): Check {
  const others = platformFolders(folder).filter(({ platform, arch }) => platform !== at.platform || arch !== at.arch);
  if (others.length === 0) return pass('dead weight', 'no binaries for other platforms');
  const sizes = others.map(({ path }) => ({ path, size: megabytes(path) }));
  const sum = sizes.reduce((total, { size }) => total + size, 0);
  const list = sizes.map(({ path, size }) => `${relative(folder, path)} ${size} MB`).join(', ');
  return pass('dead weight', `${sum} MB for other platforms, which an image can leave out of ${folder}: ${list}`);
}

function platformFolders(folder: string): readonly (Platform & { readonly path: string })[] {
  const root = join(folder, 'bin', 'napi-v6');
  return foldersOf(root).flatMap((platform) =>
    foldersOf(join(root, platform)).map((arch) => ({ platform, arch, path: join(root, platform, arch) })),
  );
}

function foldersOf(path: string): string[] {
  if (!existsSync(path)) return [];
  const entries = readdirSync(path, { withFileTypes: true });
  return entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort();
}

function megabytes(folder: string): number {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const bytes = files.reduce((total, file) => {
    const stat = statSync(join(folder, file));
    return total + (stat.isFile() ? stat.size : 0);
  }, 0);
  return Math.round(bytes / 1e6);
}
