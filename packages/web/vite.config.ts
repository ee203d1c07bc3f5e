import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [react()],
  // Relative, so that the files work below any base path; index.html's <base href> says which.
  base: './',
  build: {
    // The content policy allows no data: scripts or fonts, and small files are cheap over one connection.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1_000,
  },
  server: { proxy: { '/api': 'http://127.0.0.1:4470', '/socket.io': { target: 'http://127.0.0.1:4470', ws: true } } },
});
