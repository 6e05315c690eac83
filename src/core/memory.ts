/**
 * Buffers made and dropped in a row, batch after batch, without a page fault for each of their pages.
 *
 * glibc gives the memory of large freed buffers back to the system at once, and every page of the next one must be mapped and cleared
 * again: half of the time of a fast column kernel. Its thresholds follow the largest block that was freed (mallopt(3), "Note:
 * Nowadays, glibc uses a dynamic mmap threshold by default": blocks up to 32 MiB count, and twice as much may stay free at the end of
 * the heap). One buffer of nearly that size, made, never touched and dropped, says so. Other C libraries are not affected.
 * @module
 */

/** Just under the 32 MiB that glibc lets its threshold follow, its own head and a page included. */
const LARGEST_FOLLOWED = (32 << 20) - 65_536;

let said = false;

/** Lets the C library keep up to 64 MiB that was freed, from the next garbage collection on. Once a process; costs no memory by itself. */
export function keepFreedMemory(): void {
  if (said) return;
  said = true;
  new ArrayBuffer(LARGEST_FOLLOWED);
}
