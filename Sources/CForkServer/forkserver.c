/* Starts a program many times and loads it once.
 *
 * Preloaded into a program (LD_PRELOAD), this takes the place of its main, behind the loader's work and the static
 * constructors'. Standard input is a socket whose messages are each a mark, a command line and a descriptor, the words
 * parted by NUL. For each a copy of the process runs the program's own main, with the descriptor as standard output and
 * standard error; where it comes to its end, the mark and its status, a byte, are written behind what it said. Without
 * them it was stopped, or could not be started. The server ends when the socket does. */
#define _GNU_SOURCE
#include <stdlib.h>
#ifdef __GLIBC__
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

typedef int main_function(int, char **, char **);

static main_function *program_main;

/* In a copy: where its status goes and behind which mark, and whose it is: not that of what it forks in its turn. */
static int answer = -1;
static const char *mark;
static pid_t copy;

/* All ends that a program may choose come to this. Nobody needs its memory given back piece by piece. */
static void end(int status) {
  if (answer >= 0 && getpid() == copy) {
    char last[256];
    size_t length = strnlen(mark, sizeof last - 1);
    memcpy(last, mark, length);
    last[length++] = (char)status;
    if (write(answer, last, length) != (ssize_t)length) status = 120;
  }
  for (;;) syscall(SYS_exit_group, status);
}
void _exit(int status) { end(status); __builtin_unreachable(); }
void _Exit(int status) { end(status); __builtin_unreachable(); }
void quick_exit(int status) { end(status); __builtin_unreachable(); }

static void end_behind_handlers(int status, void *nothing) {
  (void)nothing;
  fflush(NULL);
  end(status);
}

/* One message: its bytes, and the descriptor or -1. */
static ssize_t receive(char *words, size_t room, int *descriptor) {
  union {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(sizeof(int))];
  } control;
  struct iovec part = {words, room};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
  ssize_t count;
  do count = recvmsg(0, &message, MSG_CMSG_CLOEXEC);
  while (count < 0 && errno == EINTR);
  *descriptor = -1;
  struct cmsghdr *header = count > 0 ? CMSG_FIRSTHDR(&message) : NULL;
  if (header && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS)
    memcpy(descriptor, CMSG_DATA(header), sizeof *descriptor);
  /* One that has no room here is run by whoever sent it. */
  if (count > 0 && message.msg_flags & MSG_TRUNC && *descriptor >= 0) {
    close(*descriptor);
    *descriptor = -1;
  }
  return count;
}

static void run(char *words, size_t count, int output, char **environment) {
  static char *arguments[1 << 12];
  int number = 0;
  mark = words;
  for (char *word = words + strlen(words) + 1; word <= words + count; word += strlen(word) + 1) {
    if (number == (1 << 12) - 1) _exit(120);
    arguments[number++] = word;
  }
  signal(SIGCHLD, SIG_DFL);
  int nothing = open("/dev/null", O_RDONLY);
  dup2(nothing, 0);
  close(nothing);
  dup2(output, 1);
  dup2(output, 2);
  answer = output;
  copy = getpid();
  /* Comes behind all handlers that main adds. */
  on_exit(end_behind_handlers, NULL);
  exit(program_main(number, arguments, environment));
}

/* A thread would be missing in the copies. */
static int has_one_thread(void) {
  DIR *threads = opendir("/proc/self/task");
  int count = 0;
  if (!threads) return 0;
  for (struct dirent *entry; (entry = readdir(threads));) count += entry->d_name[0] != '.';
  closedir(threads);
  return count == 1;
}

static int serve(int count, char **arguments, char **environment) {
  static char words[1 << 16];
  (void)count, (void)arguments;
  if (!has_one_thread()) return 1;
  /* Nobody waits for the copies. */
  signal(SIGCHLD, SIG_IGN);
  for (;;) {
    int output;
    ssize_t length = receive(words, sizeof words - 1, &output);
    if (length <= 0) end(0);
    if (output < 0) continue;
    words[length] = 0;
    if (fork() == 0) run(words, (size_t)length, output, environment);
    close(output);
  }
}

int __libc_start_main(
    main_function *main, int count, char **arguments, void (*init)(void), void (*fini)(void), void (*loader_fini)(void),
    void *stack) {
  int (*start)(main_function *, int, char **, void (*)(void), void (*)(void), void (*)(void), void *) =
      dlsym(RTLD_NEXT, "__libc_start_main");
  program_main = main;
  /* What the program starts in its turn is none of this. */
  unsetenv("LD_PRELOAD");
  return start(serve, count, arguments, init, fini, loader_fini, stack);
}
#endif
