#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "tasks.h"

/* Where there is no system to ask for threads. */
#if defined(__wasm__) || !__STDC_HOSTED__

void run_tasks(intptr_t count, int threads, void (*body)(void *, intptr_t), void *context) {
  (void)threads;
  for (intptr_t task = 0; task < count; task++) body(context, task);
}

int thread_limit(void) { return 1; }

int set_thread_limit(int limit) {
  (void)limit;
  return 0;
}

#else
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>
#ifdef __linux__
#include <sched.h>
#endif

enum { most_threads = 256 };

static _Thread_local int limit;

typedef struct {
  void (*body)(void *, intptr_t);
  void *context;
  intptr_t count;
  _Atomic intptr_t next;
} Work;

static void take_tasks(Work *work) {
  int outer = set_thread_limit(1);
  intptr_t task;
  while ((task = atomic_fetch_add(&work->next, 1)) < work->count) work->body(work->context, task);
  set_thread_limit(outer);
}

static void *worker(void *work) {
  take_tasks(work);
  return 0;
}

/* Threads live no longer than the call: a program that forks between two calls has nothing to lose. */
void run_tasks(intptr_t count, int threads, void (*body)(void *, intptr_t), void *context) {
  Work work = {.body = body, .context = context, .count = count};
  pthread_t started[most_threads];
  int helpers = 0;
  while (helpers < most_threads && helpers + 1 < threads && helpers + 1 < count
         && pthread_create(&started[helpers], 0, worker, &work) == 0)
    helpers++;
  take_tasks(&work);
  while (helpers > 0) pthread_join(started[--helpers], 0);
}

static int processors(void) {
#ifdef __linux__
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) return CPU_COUNT(&set);
#endif
  long online = sysconf(_SC_NPROCESSORS_ONLN);
  return online > 0 ? (int)online : 1;
}

int thread_limit(void) { return limit > 0 ? limit : processors(); }

int set_thread_limit(int wanted) {
  int outer = limit;
  limit = wanted;
  return outer;
}
#endif
