/* Nothing is called from outside: see forkserver.c. */
