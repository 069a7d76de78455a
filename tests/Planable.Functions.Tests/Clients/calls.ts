// Small calls, each with only what it needs. They compile if the generated types ask for no more, and run against a running app.
import createClient from "openapi-fetch";
import type { paths } from "./generated/api.js";

declare const process: { env: Record<string, string> };

const { PLANABLE_URL: baseUrl, PLANABLE_TOKEN: token, PLANABLE_WORKSPACE: workspaceId, PLANABLE_PAGE: pageId } = process.env;
const planable = createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${token}` } });

function must<T>(answer: { data?: T; error?: unknown }): T {
  if (answer.data === undefined) throw new Error(JSON.stringify(answer.error));
  return answer.data;
}

const label = must(await planable.POST("/labels", { body: { workspaceId, text: "Launch", color: "lime-flurish" } }));
const created = must(await planable.POST("/posts", { body: { workspaceId, pageId, text: "Hello", labels: [label.data.id] } }));
const id = created.posts[0]!.id;
const comment = must(await planable.POST("/posts/{id}/comments", { params: { path: { id } }, body: { text: "Good" } }));
const upload = must(await planable.POST("/media/uploads", { body: { workspaceId, name: "beans.jpg" } }));
const listed = must(await planable.GET("/posts", { params: { query: { workspaceId } } }));

const post = listed.data.find((one) => one.id === id);
if (post?.labels?.[0]?.text !== "Launch" || comment.data.postId !== id || !upload.data.uploadUrl) {
  throw new Error("What was created is not what is listed.");
}
