import { Button, type ButtonProps, Menu } from '@mantine/core';
import { ChevronUp } from 'lucide-react';
import type { ReactNode } from 'react';

interface BarMenuProps extends Pick<ButtonProps, 'px' | 'disabled' | 'loading'> {
  label: string;
  children: ReactNode;
}

/** A menu of a bar at the foot of a page; it opens upwards. */
export function BarMenu({ label, children, ...button }: BarMenuProps) {
  return (
    <Menu position="top">
      <Menu.Target>
        <Button variant="default" rightSection={<ChevronUp size={16} aria-hidden />} {...button}>
          {label}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>{children}</Menu.Dropdown>
    </Menu>
  );
}
