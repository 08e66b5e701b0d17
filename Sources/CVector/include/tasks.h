#ifndef CVECTOR_TASKS_H
#define CVECTOR_TASKS_H
#include <stdint.h>

/* body(context, 0) … body(context, count - 1), each once, in any order, by the caller and at most `threads` - 1 threads
 * started for this call; all of them have ended when it returns. Where a thread cannot be started, the others do its
 * share. A call from within a body runs on its own thread alone. */
void run_tasks(intptr_t count, int threads, void (*body)(void *context, intptr_t task), void *context);

/* The most threads that calls on this thread may use: what was set last, else the processors this process may use. */
int thread_limit(void);

/* Sets that number, 0 for the processors, and returns what stood there. */
int set_thread_limit(int limit);
#endif
