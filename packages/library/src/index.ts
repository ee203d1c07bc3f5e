export { findFolder, type Folder, FolderError, isMarked, openFolder, PARTS_FOLDER, twinsOf } from './folder.ts';
export { moveFile } from './move.ts';
export { clear, type Known, prune, recycle } from './recycle.ts';
