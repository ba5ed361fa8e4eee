// unlzma.wasm: unpacks what cmake/bundle.mjs has packed with LZMA, before there is a program. web/page/files.js runs it.
#include <LzmaDec.h>
#include <emscripten.h>
#include <stdlib.h>

static void* allocate(ISzAllocPtr self, size_t size) {
  (void)self;
  return malloc(size);
}
static void release(ISzAllocPtr self, void* address) {
  (void)self;
  free(address);
}

// `packed`: a .lzma file (one byte of properties, the dictionary's size in four, the length in eight, then the data up
// to its end mark), `size` bytes of it. 1 if that is exactly `length` bytes, which `raw` then holds; else 0.
EMSCRIPTEN_KEEPALIVE int unlzma(const Byte* packed, size_t size, Byte* raw, size_t length) {
  const size_t header = LZMA_PROPS_SIZE + 8;
  if (size < header) return 0;
  const ISzAlloc allocator = {allocate, release};
  SizeT taken = size - header, made = length;
  ELzmaStatus status;
  const SRes result = LzmaDecode(raw, &made, packed + header, &taken, packed, LZMA_PROPS_SIZE, LZMA_FINISH_END,
                                 &status, &allocator);
  return result == SZ_OK && status == LZMA_STATUS_FINISHED_WITH_MARK && made == length;
}
