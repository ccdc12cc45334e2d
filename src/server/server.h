/*
 * The processes of `winepair serve`: master, reader, workers, runner.
 */
#ifndef SERVER_SERVER_H
#define SERVER_SERVER_H

#include "config/config.h"

enum server_part { SERVER_ALL, SERVER_WEB, SERVER_RUNNER };

/* Runs until SIGTERM or SIGINT; the exit status of the process. */
int server_run(const char *config_path, enum server_part part);

#endif
