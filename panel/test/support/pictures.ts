import type { Page } from "playwright-core";

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** How far two colours may be apart, of 255 in each part. */
const NEAR = 40;

/** Pixels of a hundred in which two pictures differ, outside of some boxes. The browser itself reads them. */
export async function differing(page: Page, a: Uint8Array, b: Uint8Array, without: readonly Box[]): Promise<number> {
  const blank = await page.context().browser()!.newPage();
  try {
    const urls = [a, b].map((each) => `data:image/png;base64,${Buffer.from(each).toString("base64")}`);
    return await blank.evaluate(
      async ({ urls, without, NEAR }) => {
        const images = await Promise.all(
          urls.map(async (url) => {
            const image = new Image();
            image.src = url;
            await image.decode();
            return image;
          }),
        );
        const [{ width, height }, other] = images as [HTMLImageElement, HTMLImageElement];
        if (other.width !== width || other.height !== height) return 100;
        const [first, second] = images.map((image) => {
          const canvas = new OffscreenCanvas(width, height);
          const drawn = canvas.getContext("2d")!;
          drawn.drawImage(image, 0, 0);
          for (const { x, y, width: w, height: h } of without) drawn.fillRect(x - 2, y - 2, w + 12, h + 4);
          return drawn.getImageData(0, 0, width, height).data;
        }) as [Uint8ClampedArray, Uint8ClampedArray];
        let count = 0;
        for (let at = 0; at < first.length; at += 4) {
          if ([0, 1, 2].some((part) => Math.abs(first[at + part]! - second[at + part]!) > NEAR)) ++count;
        }
        return (count / (width * height)) * 100;
      },
      { urls, without, NEAR },
    );
  } finally {
    await blank.close();
  }
}
