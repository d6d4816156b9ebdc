/**
 * Holds each package's public surface against its committed `PACKAGE.api.md`: `api-report.mjs` fails where they differ,
 * `api-report.mjs --update` writes the files. A reviewer then sees a change of the surface as a diff.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor';
import { publicPackages } from './packed.mjs';

const update = process.argv.includes('--update');
const scratch = mkdtempSync(join(tmpdir(), 'api-'));
const reported = publicPackages.filter(({ manifest }) => manifest.exports['.'] !== undefined);

let failed = 0;
for (const { name, folder } of reported) {
  const file = `${folder}/${name}.api.md`;
  const current = surface(folder, name);
  const committed = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  if (update) writeFileSync(file, current);
  const same = current === committed;
  if (!same && !update) failed++;
  console.log(`${same ? 'ok  ' : update ? 'new ' : 'FAIL'} packages/${name}/${name}.api.md`);
}
rmSync(scratch, { recursive: true });
if (failed > 0) console.log('The public surface changed: run `npm run api:report`, look at the diff, and commit it.');
console.log(`API reports: ${reported.length - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

/** The surface that the built declarations of a package show. */
function surface(folder, name) {
  const config = ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: `${folder}/package.json`,
    configObject: {
      projectFolder: folder,
      mainEntryPointFilePath: `${folder}/dist/index.d.ts`,
      newlineKind: 'lf',
      compiler: { tsconfigFilePath: `${folder}/tsconfig.json` },
      apiReport: { enabled: true, reportFileName: `${name}.api.md`, reportFolder: scratch, reportTempFolder: scratch },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      messages: {
        // Release tags and tsdoc syntax are not this check's concern.
        extractorMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
        tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
      },
    },
  });
  const { succeeded } = Extractor.invoke(config, { localBuild: true, messageCallback: quiet });
  if (!succeeded) throw new Error(`api-extractor cannot read ${folder}/dist/index.d.ts`);
  return readFileSync(join(scratch, `${name}.api.md`), 'utf8');
}

function quiet(message) {
  if (message.logLevel !== ExtractorLogLevel.Error) message.handled = true;
}
