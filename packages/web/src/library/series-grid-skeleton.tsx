import { AspectRatio, SimpleGrid, Skeleton, Stack } from '@mantine/core';

/** Grey posters while the first page is on its way. */
export function SeriesGridSkeleton() {
  return (
    <SimpleGrid cols={{ base: 2, xs: 3, sm: 4, md: 6 }} spacing={18} aria-busy>
      {Array.from({ length: 12 }, (_, index) => (
        <Stack key={index} gap={9}>
          <AspectRatio ratio={2 / 3}>
            <Skeleton radius="lg" />
          </AspectRatio>
          <Skeleton height={13} width="80%" />
          <Skeleton height={10} width="45%" />
        </Stack>
      ))}
    </SimpleGrid>
  );
}
