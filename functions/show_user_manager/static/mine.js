import{L as e}from"./app.js";var l=()=>e("/licenses?limit=100",{list:"clinics",all:!0}),n=i=>i.filter(({permissions:r})=>r.includes("user_manager"));export{l as a,n as b};
