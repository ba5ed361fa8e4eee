/* What SDL2's window code and Dear ImGui's SDL2 backend name of SDL's renderer, copying between surfaces and game
 * controllers, for the WebAssembly build: we draw with OpenGL ES alone and offer no gamepad, so these say "there is
 * none", and some forty files of SDL need be neither compiled nor downloaded by a learner. */
#include "SDL.h"

static int none(void) { return SDL_SetError("this SDL2 was built without renderers, blits and game controllers"); }

int SDL_CalculateBlit(SDL_Surface *s) { (void)s; return none(); }
int SDL_RLESurface(SDL_Surface *s) { (void)s; return none(); }
void SDL_UnRLESurface(SDL_Surface *s, int recode) { (void)s; (void)recode; }

int SDL_GetNumRenderDrivers(void) { return 0; }
int SDL_GetRenderDriverInfo(int index, SDL_RendererInfo *info) { (void)index; (void)info; return none(); }
SDL_Renderer *SDL_CreateRenderer(SDL_Window *w, int index, Uint32 flags) {
  (void)w; (void)index; (void)flags; none(); return NULL;
}
SDL_Renderer *SDL_GetRenderer(SDL_Window *w) { (void)w; return NULL; }
int SDL_GetRendererInfo(SDL_Renderer *r, SDL_RendererInfo *info) { (void)r; (void)info; return none(); }
int SDL_GetRendererOutputSize(SDL_Renderer *r, int *w, int *h) { (void)r; (void)w; (void)h; return none(); }
void SDL_DestroyRenderer(SDL_Renderer *r) { (void)r; }
SDL_Texture *SDL_CreateTexture(SDL_Renderer *r, Uint32 format, int access, int w, int h) {
  (void)r; (void)format; (void)access; (void)w; (void)h; none(); return NULL;
}
void SDL_DestroyTexture(SDL_Texture *t) { (void)t; }
int SDL_UpdateTexture(SDL_Texture *t, const SDL_Rect *rect, const void *pixels, int pitch) {
  (void)t; (void)rect; (void)pixels; (void)pitch; return none();
}
int SDL_RenderSetViewport(SDL_Renderer *r, const SDL_Rect *rect) { (void)r; (void)rect; return none(); }
int SDL_RenderSetIntegerScale(SDL_Renderer *r, SDL_bool enable) { (void)r; (void)enable; return none(); }
int SDL_RenderCopy(SDL_Renderer *r, SDL_Texture *t, const SDL_Rect *from, const SDL_Rect *to) {
  (void)r; (void)t; (void)from; (void)to; return none();
}
void SDL_RenderPresent(SDL_Renderer *r) { (void)r; }

SDL_GameController *SDL_GameControllerOpen(int index) { (void)index; none(); return NULL; }
Uint8 SDL_GameControllerGetButton(SDL_GameController *c, SDL_GameControllerButton b) { (void)c; (void)b; return 0; }
Sint16 SDL_GameControllerGetAxis(SDL_GameController *c, SDL_GameControllerAxis a) { (void)c; (void)a; return 0; }

/* SDL asks for functions of OpenGL by name only where it draws itself, or is asked for attributes of the context. The
 * table behind it names all of WebGL, each with its JavaScript. */
void *eglGetProcAddress(const char *name) { (void)name; return NULL; }
