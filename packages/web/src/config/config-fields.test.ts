import { fail } from '@aniworld/contracts';
import { expect, it, vi } from 'vitest';

vi.stubGlobal('document', { baseURI: 'http://localhost/' });
const { fieldErrors } = await import('./config-fields.ts');

it('leads the server’s errors to the form’s fields, however it writes the places', () => {
  const error = fail('INVALID_REQUEST', {
    errors: [
      { path: 'config.queue.max_concurrent', message: 'Too many' },
      { path: 'config.library.folders[1]', message: 'Empty' },
    ],
  });
  expect(fieldErrors(error)).toEqual({ 'queue.max_concurrent': 'Too many', 'library.folders.1': 'Empty' });
});

it('shows an unusable folder at the list of folders', () => {
  expect(fieldErrors(fail('FOLDER_UNUSABLE'))).toHaveProperty(['library.folders']);
});
