import { useDragOperation, useDraggable, useDroppable } from '@dnd-kit/react';
import { useMergedRef } from '@mantine/hooks';

/** A row that can be dragged by its handle and that another row can be dropped on. */
export function useRowDrag(id: string, position: number) {
  const data = { index: position };
  const { ref: dragRef, handleRef, isDragging } = useDraggable({ id, data });
  const { ref: dropRef, isDropTarget } = useDroppable({ id, data });
  const dragged = (useDragOperation().source?.data as { index?: number } | undefined)?.index;
  const onOther = isDropTarget && dragged !== undefined && dragged !== position;
  return {
    ref: useMergedRef(dragRef, dropRef),
    handleRef,
    isDragging,
    /** On which side of this row the dragged one would land; null while it is elsewhere. */
    side: onOther ? (dragged > position ? 'before' : 'after') : null,
  };
}
