/*
 * A disk for one SQLite database, loaded before libc (LD_PRELOAD).
 *
 * CUT_FOLDER: after each successful fdatasync or fsync of the database or its WAL, copy both to
 * CUT_FOLDER/<n>. What was not synced by then, a power cut may lose: the newest copy is the worst
 * that a legal disk keeps. The three newest copies stay.
 *
 * FAULT_FILE: while that file exists, every write to the database fails with the error number that
 * the file holds (28 = no space left, 30 = read-only, 5 = input/output error).
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int copies = 0;

static int path_of(int fd, char *path, size_t size) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, size - 1);
    if (length <= 0) return 0;
    path[length] = 0;
    return 1;
}

/* Cut a path back to the database's own, or return 0 when it is another file. */
static int database_of(int fd, char *path, size_t size) {
    if (!path_of(fd, path, size)) return 0;
    size_t length = strlen(path);
    if (length > 4 && strcmp(path + length - 4, "-wal") == 0) path[length -= 4] = 0;
    return length > 8 && strcmp(path + length - 8, "syncd.db") == 0;
}

static void copy(const char *from, const char *to) {
    char buffer[65536];
    ssize_t got;
    int in = open(from, O_RDONLY);
    if (in < 0) return;
    int out = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ssize_t (*plain_write)(int, const void *, size_t) = dlsym(RTLD_NEXT, "write");
    while ((got = read(in, buffer, sizeof buffer)) > 0)
        if (plain_write(out, buffer, got) != got) abort();
    close(in);
    close(out);
}

static void forget(const char *folder, int number) {
    char path[4096];
    static const char *names[] = {"syncd.db", "syncd.db-wal"};
    for (int i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "%s/%d/%s", folder, number, names[i]);
        unlink(path);
    }
    snprintf(path, sizeof path, "%s/%d", folder, number);
    rmdir(path);
}

static void keep(const char *database) {
    const char *folder = getenv("CUT_FOLDER");
    if (!folder) return;
    char wal[4200], making[4200], made[4200], to[4300];
    pthread_mutex_lock(&lock);
    snprintf(wal, sizeof wal, "%s-wal", database);
    snprintf(making, sizeof making, "%s/making", folder);
    snprintf(made, sizeof made, "%s/%d", folder, ++copies);
    mkdir(making, 0700);
    snprintf(to, sizeof to, "%s/syncd.db", making);
    copy(database, to);
    snprintf(to, sizeof to, "%s/syncd.db-wal", making);
    copy(wal, to);
    rename(making, made);
    if (copies > 3) forget(folder, copies - 3);
    pthread_mutex_unlock(&lock);
}

static int broken(int fd) {
    const char *name = getenv("FAULT_FILE");
    char path[4096], text[16] = {0};
    if (!name || access(name, F_OK) != 0 || !database_of(fd, path, sizeof path)) return 0;
    int in = open(name, O_RDONLY);
    if (in < 0) return 0;
    ssize_t got = read(in, text, sizeof text - 1);
    close(in);
    errno = got > 0 ? atoi(text) : EIO;
    return 1;
}

static int synced(const char *call, int fd) {
    int (*plain)(int) = dlsym(RTLD_NEXT, call);
    char path[4096];
    if (broken(fd)) return -1;
    int result = plain(fd);
    if (result == 0 && database_of(fd, path, sizeof path)) keep(path);
    return result;
}

int fdatasync(int fd) { return synced("fdatasync", fd); }

int fsync(int fd) { return synced("fsync", fd); }

ssize_t pwrite(int fd, const void *data, size_t size, off_t at) {
    ssize_t (*plain)(int, const void *, size_t, off_t) = dlsym(RTLD_NEXT, "pwrite");
    return broken(fd) ? -1 : plain(fd, data, size, at);
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) {
    ssize_t (*plain)(int, const void *, size_t, off64_t) = dlsym(RTLD_NEXT, "pwrite64");
    return broken(fd) ? -1 : plain(fd, data, size, at);
}

ssize_t write(int fd, const void *data, size_t size) {
    ssize_t (*plain)(int, const void *, size_t) = dlsym(RTLD_NEXT, "write");
    return broken(fd) ? -1 : plain(fd, data, size);
}
