/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/bytes.h"

struct op;

/*
 * Whole files, atomically.  file_write() writes beside the target, syncs, renames over it and syncs
 * the directory: after ERR_OK the new content survives a power cut, after any error the old one
 * stands.  ENOSPC and EDQUOT are ERR_FULL; errors name the file and what to do.
 */
void fd_auto(int *fd); /* AUTO(fd) int fd = -1; */

NODISCARD enum err file_read(struct op *op, const char *path, size_t max, struct bytes *ret_bytes);
NODISCARD enum err file_write(struct op *op, const char *path, struct bytes b, unsigned int mode);
NODISCARD enum err file_mkdirs(struct op *op, const char *path, unsigned int mode);
bool file_exists(const char *path);
NODISCARD enum err file_names(struct op *op, const char *dir, char ***ret_names, size_t *ret_count); /* sorted; no dot files */
/* errno to an error with a message: "cannot <what> <path>: <reason>". */
enum err file_fail(struct op *op, const char *what, const char *path);
NODISCARD enum err file_pwrite_all(struct op *op, int fd, const char *path, struct bytes b, uint64_t at);
NODISCARD enum err file_pread_all(struct op *op, int fd, const char *path, void *p, size_t len, uint64_t at);
NODISCARD enum err file_sync(struct op *op, int fd, const char *path); /* fdatasync, fault "file.sync" */
NODISCARD enum err file_sync_dir(struct op *op, const char *path);

#endif
